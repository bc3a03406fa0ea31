# churn.py: who leaves?
data = table("customers.csv", target = "churn", positive = "Yes", drop = ["spent", "plan"])
train(data, mlp(hidden = [8]), epochs = 3)
