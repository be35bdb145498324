// OTelSDK
