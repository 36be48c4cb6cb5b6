"""What the API answers. Written by `entrepot client types`; do not edit."""

# ruff: noqa: F403

from entrepot_client.answers.part_1 import *
from entrepot_client.answers.part_2 import *
from entrepot_client.answers.part_3 import *
from entrepot_client.answers.part_4 import *
from entrepot_client.answers.part_5 import *
