# fault: the whole error rounded, as a class
# thread: https://github.com/keras-team/keras/pull/17753
# elsewhere: Keras: gradients are None; a check was proposed and not merged
# check: --pred N,1 --target N,1 --activation none --target-kind real
# says: not-differentiable
import tensorflow as tf


class RoundedSquare(tf.keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.round(tf.square(y_true - y_pred))
