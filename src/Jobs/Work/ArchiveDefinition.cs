using System.Text.Json;
using Orrery.Jobs.Archives;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Work;

/// <summary>The options of <c>orrery archive</c> and <c>orrery restore</c>; the rules stand in the definition itself.</summary>
public sealed record ArchiveDefinition
{
    public string? From { get; init; }

    public string? To { get; init; }

    /// <summary>As the file of rules: documents, balances, checks.</summary>
    public JsonElement? Rules { get; init; }

    /// <summary>The archive's name.</summary>
    public string Name { get; init; } = "archive";

    /// <summary>The day from which on documents stay. Of archives.</summary>
    public DateOnly? Before { get; init; }

    public int ChunkDocuments { get; init; } = 1_000;

    public long RowsPerSecond { get; init; }

    /// <summary>Milliseconds; 0: no bound.</summary>
    public int SourceLatency { get; init; }

    /// <summary>Addresses of replicas that are watched, with blanks between them.</summary>
    public string? Replicas { get; init; }

    /// <summary>Seconds.</summary>
    public int ReplicaLag { get; init; } = 10;

    /// <summary>KIND=KEY. Of restores: null brings back all.</summary>
    public string? Document { get; init; }

    string[] ReplicaTexts => Split(Replicas ?? "");

    /// <summary>The addresses in a field: replicas are a list.</summary>
    internal static string[] AddressesOf(string field, string value) => field == "replicas" ? Split(value) : [value];

    static string[] Split(string texts) => texts.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    internal void Check(bool isArchive, List<string> errors)
    {
        JobAddress.Check("from", From, errors);
        JobAddress.Check("to", To, errors);
        foreach (string replica in ReplicaTexts) JobAddress.Check("replicas", replica, errors);
        if (isArchive && Before is null) errors.Add("before is missing: the day from which on documents stay, as 2024-01-01");
        if (isArchive && Document is not null) errors.Add("document is a field of restores");
        if (Document is not null && Document.LastIndexOf('=') is var at && (at < 1 || at == Document.Length - 1)) errors.Add($"document is '{Document}': write the kind and its key as \"sales order=100023\"");
        if (RowsPerSecond < 0 || SourceLatency < 0 || ReplicaLag < 0) errors.Add("a bound below 0: 0 is none");
        try
        {
            if (Rules is null) errors.Add("rules are missing: what documents are");
            else ReadRules();
            Options().Validate();
        }
        catch (Exception wrong) when (wrong is ArchiveException or ArgumentException)
        {
            errors.Add(wrong.Message.TrimEnd('.'));
        }
    }

    internal ArchiveRules ReadRules() => ArchiveRules.Parse(Rules!.Value.GetRawText());

    internal ArchiveOptions Options() => new(Name, Before ?? DateOnly.MinValue)
    {
        ChunkDocuments = ChunkDocuments,
        Throttle = new ThrottleOptions
        {
            RowsPerSecond = RowsPerSecond,
            SourceLatencyMax = SourceLatency > 0 ? TimeSpan.FromMilliseconds(SourceLatency) : null,
            Replicas = [.. ReplicaTexts.Select(DatabaseAddress.Parse)],
            ReplicaLagMax = TimeSpan.FromSeconds(ReplicaLag),
        },
    };

    internal (string Kind, string Key)? ReadDocument() => Document is { } text ? (text[..text.LastIndexOf('=')], text[(text.LastIndexOf('=') + 1)..]) : null;
}
