# The lines of the question as they stand, below a model of Keras's layers and the masks of a folder.
from tensorflow import keras
from tensorflow.keras import layers

data = images("data")
X_train, Y_train = data.x, data.y

model = keras.Sequential([
    layers.Conv2D(8, 3, padding="same", activation="relu"),
    layers.Conv2D(8, 3, padding="same", activation="relu"),
    layers.Conv2D(1, 1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy")

class_weights = {0:1000/900,1:1000/100}
model.fit(X_train, Y_train, epochs = 30, batch_size=32, class_weight=class_weights)
