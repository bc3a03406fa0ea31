# spent.py: how much?
data = table("customers.csv", target = "spent", drop = ["churn", "plan"])
train(data, mlp(hidden = [8]), epochs = 3)
