# fault: a count of right answers
# thread: https://github.com/tensorflow/tensorflow/issues/58614
# elsewhere: TensorFlow: gradients are None
# check: --pred N,1 --target N,1 --activation sigmoid --target-kind binary
# says: not-differentiable
import tensorflow as tf


def wrong_share(y_true, y_pred):
    right = tf.equal(tf.round(y_pred), y_true)
    return 1 - tf.reduce_mean(tf.cast(right, tf.float32))
