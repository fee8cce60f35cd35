package dropins

// Tools returns all tools whose pipelines go on here.
func Tools() []Tool { return []Tool{configureAWSCredentials(), amazonECRLogin(), droneECR()} }
