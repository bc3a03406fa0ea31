# check: --pred N,5 --target N,5 --activation none
import tensorflow as tf


def rank_distance(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred))
