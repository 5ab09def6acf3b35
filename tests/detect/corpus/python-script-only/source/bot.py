import requests
print("django flask fastapi")
