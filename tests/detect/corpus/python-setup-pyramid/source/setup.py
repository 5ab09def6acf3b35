from setuptools import setup

# flask, django
setup(
    name="wiki",
    install_requires=[
        "pyramid>=2.0",
        "waitress",
    ],
    description="not a fastapi app",
)
