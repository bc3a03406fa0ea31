# fault: ranks of predictions
# thread: https://github.com/keras-team/keras/issues/16663
# elsewhere: Keras: "No gradients provided for any variable"
# check: --pred N,5 --target N,5 --activation none
# says: not-differentiable
import tensorflow as tf


def rank_distance(y_true, y_pred):
    was = tf.argsort(tf.argsort(y_true))
    said = tf.argsort(tf.argsort(y_pred))
    return tf.reduce_sum(tf.abs(was - said))
