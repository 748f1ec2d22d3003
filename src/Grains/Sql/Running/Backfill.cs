using Orrery.Dataflow.Checkpoints;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Sources;

namespace Orrery.Grains.Sql.Running;

/// <summary>A change of the schema that is made in a second engine, while the first goes on.</summary>
/// <param name="change">From the schema in force.</param>
/// <param name="journal">Read, never written.</param>
/// <param name="begunAt">A timestamp of the clock.</param>
sealed class Backfill(SchemaChange change, Journal journal, long begunAt) : IAsyncDisposable
{
    const int LettersMax = 10_000;

    readonly CancellationTokenSource ending = new();

    public SchemaChange Change { get; } = change;

    public Journal Journal { get; } = journal;

    public long BegunAt { get; } = begunAt;

    public CancellationToken Ending => ending.Token;

    /// <summary>How far it is, in words.</summary>
    public string Note { get; set; } = "the newest checkpoint is being restored";

    /// <summary>Completes when it has caught up.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    public DataflowEngine? Engine { get; set; }

    /// <summary>What the engine was restored from, and goes on with; null: nothing.</summary>
    public GraphCheckpoints? Checkpoints { get; set; }

    /// <summary>The last epoch that it has done.</summary>
    public long Epoch { get; set; }

    /// <summary>Whether the schema is changed.</summary>
    public bool IsChanged { get; set; }

    /// <summary>What the views of the change could not compute.</summary>
    public List<RejectedRecord> Letters { get; } = [];

    /// <summary>What the inserts that are made anew have given to their sinks.</summary>
    public IReadOnlyDictionary<string, GivenRows> Given { get; set; } = new Dictionary<string, GivenRows>();

    public void Take(IEnumerable<RejectedRecord> letters) =>
        Letters.AddRange(letters.Where(letter => Change.Make.Any(made => made.Name.Equals(letter.Relation, StringComparison.OrdinalIgnoreCase))).Take(LettersMax - Letters.Count));

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Storing.StateWriter.Settled(Work);
        ending.Dispose();
    }
}
