# Borrowers like these, but none of them.  descent train examples/synthetic-rows/default.py
train(
    table("default.csv", target = "default", positive = "Yes"),
    vae(latent = 4, hidden = [128, 128]),
    loss = elbo(warmup = 30),
    schedule = cosine(),
    batch_size = 128,
    epochs = 100,
    early_stop = None,
)
