# The weights of the question, at each pixel of images of any size.
data = images("data")
train(data, unet(base = 4, depth = 2), loss = bce(class_weight = {0: 1000 / 900, 1: 1000 / 100}), epochs = 3)
