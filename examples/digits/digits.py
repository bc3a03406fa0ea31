# A map of handwritten digits.  descent train examples/digits/digits.py
latent = 2

data = arrays(
    "data/digits-train-images.idx3.gz", label = "data/digits-train-labels.idx1.gz", split = split(1, 0, 0),
    test = arrays("data/digits-test-images.idx3.gz", label = "data/digits-test-labels.idx1.gz"),
)
train(data, conv_vae(latent = latent), loss = elbo(warmup = 5), batch_size = 128, epochs = 30, early_stop = None)
