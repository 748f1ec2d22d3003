namespace Orrery.Grains.Health.Series.Blocks;

/// <summary>Samples of one series that change no more: shared times and encoded values.</summary>
/// <param name="times">Its times.</param>
/// <param name="values">Its values as <see cref="ValueBlock"/> wrote them.</param>
/// <param name="sequence">Counts seals of the store; what was sealed later holds where times meet.</param>
/// <param name="isLate">Whether it holds samples that came behind others already sealed, so that it may lie across other blocks.</param>
sealed class SealedBlock(TimeColumn times, byte[] values, long sequence, bool isLate)
{
    public TimeColumn Times { get; } = times;

    public byte[] Values { get; } = values;

    public long Sequence { get; } = sequence;

    public bool IsLate { get; } = isLate;

    public int Count => Times.Count;

    public long FirstMilliseconds => Times.FirstMilliseconds;

    public long LastMilliseconds => Times.LastMilliseconds;

    /// <summary>Memory that it takes by itself, about.</summary>
    public int Bytes => Values.Length + 72;
}
