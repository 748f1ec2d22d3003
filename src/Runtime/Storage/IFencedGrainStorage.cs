namespace Orrery.Runtime.Storage;

/// <summary>
/// What a database offers so that grains keep their values in it. Each row holds: key (grain type, grain key, state name), shard,
/// term, version, and the value's bytes or none.
/// <para>
/// <b>Term</b>: the ownership term of the row's shard, as its last claimer or writer held it. It never falls: an operation with an older
/// term than the row's is refused (<see cref="GrainStateOutcome.StaleTerm"/>) and changes nothing. So a silo that lost the shard while it
/// was paused can harm nothing once its successor has claimed the row.
/// </para>
/// <para>
/// <b>Version</b>: 0 when the row was made by a claim, one higher after each write or clear. It never falls, and clearing keeps the row,
/// so that a version is never used twice.
/// </para>
/// <para>
/// The engine calls with batches: all operations of a batch are committed together, at one durable write's cost. It has at most one batch
/// running at a time per provider, and never two operations on the same row in one batch.
/// </para>
/// </summary>
public interface IFencedGrainStorage
{
    /// <summary>
    /// Runs every operation and commits them in one transaction. Each operation is given its own outcome with
    /// <see cref="GrainStateOperation.Succeed"/>, <see cref="GrainStateOperation.RefuseStaleTerm"/> or <see cref="GrainStateOperation.RefuseVersion"/>; a refused
    /// operation changes nothing and does not hinder the others. When the task ends, what succeeded is durable.
    /// </summary>
    /// <exception cref="Exception">Nothing of the batch is stored (or that is not known): every operation of the batch fails with this exception.</exception>
    Task ExecuteAsync(IReadOnlyList<GrainStateOperation> batch, CancellationToken cancellationToken);
}
