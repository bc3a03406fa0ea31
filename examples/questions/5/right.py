# The overlap of what is seen with what is there, beside the probability of each pixel.
data = images("data")
train(data, unet(base = 4, depth = 2), loss = bce() + dice(per = "image"), epochs = 3)
