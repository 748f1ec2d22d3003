namespace Orrery.Jobs.Running;

/// <summary>What a run may take of both sides, changed while it runs. Over all channels; 0: no bound.</summary>
/// <param name="RowsPerSecond">Rows.</param>
/// <param name="BytesPerSecond">Bytes, as rows are carried.</param>
/// <param name="Channels">That copy at the same time, 1 to 64.</param>
public sealed record JobLimits(long RowsPerSecond, long BytesPerSecond, int Channels);
