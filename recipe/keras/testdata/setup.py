a = tf.constant([[0.5, -1.25, 2.0], [-0.75, 1.5, 0.25]])
b = tf.constant([[-0.5, 0.75, 1.0], [2.0, -1.5, 0.25]])
p = tf.constant([[0.125, 0.5, 0.875], [0.75, 0.25, 0.375]])
y = tf.constant([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]])
s = tf.constant([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])
h = tf.constant([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
m = tf.constant([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]) > 0.5
k = tf.constant([2, 0])
v = tf.constant([1.0, -2.0, 3.0])
c = tf.reshape(tf.cast(tf.range(12), "float32"), (2, 2, 3)) / 4 - 1
x4 = tf.reshape(tf.cast(tf.range(72), "float32") % 7 - 3, (1, 6, 6, 2)) / 2
u8 = np.array([200, 100, 3], dtype=np.uint8)
v8 = np.array([[250, 1], [2, 3]]).astype("uint8")
