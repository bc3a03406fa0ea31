# Customers like these, but none of them.  descent train examples/synthetic-rows/telco.py
data = table(
    "telco_churn.csv", target = "churn", positive = "Yes",
    categorical = ["female", "senior_citizen", "partner", "dependents", "phone_service", "paperless_billing"],
)
train(
    data,
    vae(latent = 16, hidden = [128, 128]),
    loss = elbo(warmup = 30),
    schedule = cosine(),
    batch_size = 128,
    epochs = 200,
    early_stop = None,
)
