# Who will default? 3 % of the rows say Yes.  descent train examples/credit/credit.py
data = table("default.csv", target = "default", positive = "Yes")
train(data, mlp(hidden = [64, 32]))
