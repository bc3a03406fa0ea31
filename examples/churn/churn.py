# Call the customers who will leave, if at least 60 % of the calls are right.  descent train examples/churn/churn.py
data = table("telco_churn.csv", target = "churn", positive = "Yes")
train(
    data,
    mlp(hidden = [64, 32], dropout = 0.2),
    loss = bce(),
    threshold = recall_at_precision(0.60),
    calibrate = platt(),
)
