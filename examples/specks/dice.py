# The overlap of what is seen with what is there.
data = images("data", crop = crop(128, 128, per_image = 12))
train(
    data,
    unet(base = 8, depth = 3, norm = "batch"),
    loss = dice(per = "batch"),
    augment = [flip()],
    batch_size = 16,
    epochs = 6,
    prior_bias = False,
    early_stop = None,
    optimizer = adam(learning_rate = 2e-3),
)
