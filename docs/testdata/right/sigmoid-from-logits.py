# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
import tensorflow as tf

cross_entropy = tf.keras.losses.BinaryCrossentropy()


def loss(y_true, y_pred):
    return cross_entropy(y_true, y_pred)
