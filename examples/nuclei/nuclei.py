# Nuclei of cells: the left half of the picture trains and tunes, the right half judges.
data = images("data", crop = crop(128, 128, per_image = 120), split = strips(0.4, 0.1, 0.5))
train(
    data,
    unet(base = 8, depth = 3, norm = "batch"),
    loss = bce() + dice(),
    augment = [flip(), rotate(90), brightness(0.1)],
    batch_size = 8,
    epochs = 10,
    optimizer = adam(learning_rate = 2e-3),
)
