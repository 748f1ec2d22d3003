using System.Text;

namespace Orrery.WebApi.Intake;

/// <summary>Counts the dropped samples of one request by reason, with one example each.</summary>
internal sealed class Drops
{
    const int ExampleBytesMax = 120;
    static readonly string[] Names = [.. Enum.GetNames<DropReason>().Select(name => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name))];

    readonly long[] counts = new long[Names.Length];
    readonly string?[] examples = new string?[Names.Length];

    public long Total { get; private set; }

    public static string NameOf(DropReason reason) => Names[(int)reason];

    public void Clear()
    {
        if (Total == 0)
            return;
        Array.Clear(counts);
        Array.Clear(examples);
        Total = 0;
    }

    /// <summary>Whether no example of this reason is known yet: making one costs more than counting.</summary>
    public bool LacksExample(DropReason reason) => examples[(int)reason] is null;

    public void Add(DropReason reason, long count, ReadOnlySpan<byte> example)
    {
        if (count > 0 && LacksExample(reason) && !example.IsEmpty)
            examples[(int)reason] = Encoding.UTF8.GetString(example[..Math.Min(example.Length, ExampleBytesMax)]) + (example.Length > ExampleBytesMax ? "..." : "");
        Add(reason, count);
    }

    public void Add(DropReason reason, long count, string example)
    {
        if (count > 0 && LacksExample(reason))
            examples[(int)reason] = example.Length <= ExampleBytesMax ? example : example[..ExampleBytesMax] + "...";
        Add(reason, count);
    }

    public void Add(DropReason reason, long count)
    {
        counts[(int)reason] += count;
        Total += count;
    }

    /// <summary>The reasons that occurred.</summary>
    public IEnumerable<(DropReason Reason, long Count)> Counts => Enum.GetValues<DropReason>().Where(reason => counts[(int)reason] > 0).Select(reason => (reason, counts[(int)reason]));

    public IReadOnlyList<DroppedView> ToViews() => Total == 0 ? [] : [.. Counts.Select(drop => new DroppedView(NameOf(drop.Reason), drop.Count, examples[(int)drop.Reason]))];

    public override string ToString() => string.Join(", ", Counts.Select(drop => $"{drop.Count} {NameOf(drop.Reason)} ({examples[(int)drop.Reason]})"));
}

/// <param name="Reason">One of the reasons that the reference lists.</param>
/// <param name="Count">Samples.</param>
/// <param name="Example">A series or value that was dropped for this reason, cut where it is long.</param>
internal sealed record DroppedView(string Reason, long Count, string? Example);

/// <summary>What became of a request's samples: every one is accepted, a duplicate or dropped.</summary>
internal sealed record OutcomeView(long Accepted, long Duplicate, IReadOnlyList<DroppedView> Dropped);
