using Orrery.Grains.Storing;

namespace Orrery.Grains.Channels.Letters;

/// <summary>Which of 65,536 dead letters in a row are settled: read since, or dead anew. Key: <see cref="LetterMarks.Key"/>. Called by the channel's own letters only.</summary>
interface ILetterMarksGrain : IGrainWithStringKey
{
    /// <summary>A bit for each letter, the lowest of each byte first; empty: none is settled.</summary>
    [AlwaysInterleave]
    Task<byte[]> Get();

    /// <summary>Settles letters. Completes when it is stored; repeating it is harmless.</summary>
    /// <param name="places">Within the row, 0 to 65,535.</param>
    Task Settle(int[] places);
}

static class LetterMarks
{
    /// <summary>Letters in one row.</summary>
    public const int RowLength = 1 << 16;

    public static string Key(string channel, long offset) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{channel}/{offset / RowLength}");

    public static bool Holds(byte[] marks, long offset) => marks.Length > 0 && (marks[offset % RowLength / 8] & (1 << (int)(offset % 8))) != 0;
}

sealed class LetterMarksState
{
    public byte[] Settled { get; set; } = [];
}

sealed class LetterMarksGrain : Grain, ILetterMarksGrain
{
    readonly IPersistentState<LetterMarksState> stored;
    readonly StateWriter writer;

    public LetterMarksGrain([PersistentState("letter-marks")] IPersistentState<LetterMarksState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<byte[]> Get() => Task.FromResult(stored.State.Settled.ToArray());

    public Task Settle(int[] places)
    {
        if (stored.State.Settled.Length == 0)
            stored.State.Settled = new byte[LetterMarks.RowLength / 8];
        foreach (int place in places)
            stored.State.Settled[place / 8] |= (byte)(1 << (place % 8));
        return writer.WriteAsync();
    }
}
