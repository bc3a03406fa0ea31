# plan.py: which of three?
data = table("customers.csv", target = "plan", drop = ["churn", "spent"])
train(data, mlp(hidden = [8]), epochs = 3)
