"""The declaration message of China's single window, and the receipts that come back."""
