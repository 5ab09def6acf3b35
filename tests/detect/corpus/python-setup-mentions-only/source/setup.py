"""Like flask, fastapi and django."""
from setuptools import setup
setup(name="x", install_requires=["click"])
