import { type Tensor, type Tensor1D, type Tensor2D, tf } from '../tensorflow.ts';

/** Binary cross-entropy of sigmoid outputs, summed over the labels and averaged over the batch. */
export const labelLoss = (logits: Tensor2D, oneHot: Tensor2D): Tensor =>
  tf.tidy(() => {
    // max(x, 0) - x z + log(1 + exp(-|x|)): stable for any logit.
    const cells = tf.add(
      tf.sub(tf.relu(logits), tf.mul(logits, oneHot)),
      tf.log1p(tf.exp(tf.neg(tf.abs(logits)))),
    );
    return tf.mean(tf.sum(cells, 1));
  });

/**
 * NT-Xent (Chen et al. 2020): row 2i and row 2i + 1 are two crops of one clip, and each must find the
 * other among all rows. Rows of the same work are not negatives.
 *
 * @param embedding 2n x dimensions
 * @param works 2n numbers, equal for rows of one work
 */
export const contrastLoss = (embedding: Tensor2D, works: Tensor1D, temperature: number): Tensor =>
  tf.tidy(() => {
    const rows = embedding.shape[0];
    const unit = tf.div(
      embedding,
      tf.add(tf.norm(embedding, 'euclidean', 1, true), 1e-6),
    ) as Tensor2D;
    const similarity = tf.div(tf.matMul(unit, unit, false, true), temperature);
    const partner = tf.oneHot(
      tf.tensor1d(
        Array.from({ length: rows }, (_, i) => i ^ 1),
        'int32',
      ),
      rows,
    ) as Tensor2D;
    const sameWork = tf.cast(tf.equal(tf.expandDims(works, 1), tf.expandDims(works, 0)), 'float32');
    const masked = tf.sub(similarity, tf.mul(tf.sub(sameWork, tf.cast(partner, 'float32')), 1e9));
    const positive = tf.sum(tf.mul(similarity, tf.cast(partner, 'float32')), 1);
    return tf.mean(tf.sub(tf.logSumExp(masked, 1), positive));
  });

/**
 * Relational distillation (Park et al. 2019): the cosines between the rows, centred on the batch,
 * should be those between the teacher's vectors. Mean squared difference over the pairs of rows.
 *
 * @param embedding rows x dimensions
 * @param teacher rows x any number, length 1
 */
export const distillationLoss = (embedding: Tensor2D, teacher: Tensor2D): Tensor =>
  tf.tidy(() => {
    const rows = embedding.shape[0];
    const centred = tf.sub(embedding, tf.mean(embedding, 0, true));
    const unit = tf.div(centred, tf.add(tf.norm(centred, 'euclidean', 1, true), 1e-6)) as Tensor2D;
    const difference = tf.sub(
      tf.matMul(unit, unit, false, true),
      tf.matMul(teacher, teacher, false, true),
    );
    // The diagonal is 0 on both sides.
    return tf.div(tf.sum(tf.square(difference)), rows * (rows - 1));
  });
