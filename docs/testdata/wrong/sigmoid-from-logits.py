# fault: probabilities in a loss of raw scores
# thread: https://github.com/jeffheaton/t81_558_deep_learning/pull/81
# elsewhere: Keras: trains, every probability between 0.5 and 0.73; later versions warn
# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
# says: loss-domain
import tensorflow as tf

cross_entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)


def loss(y_true, y_pred):
    return cross_entropy(y_true, y_pred)
