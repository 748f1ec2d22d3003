using Orrery.Connectors.ChangeCapture.MySql.Events;
using Orrery.Connectors.ChangeCapture.MySql.Feeds;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql;

/// <summary>
/// Changes from binary log files on disk, in the order given. Tables are known by the CREATE TABLE statements in the files, by full metadata of the rows' own
/// description, or by statements that are given. At the end of the last file <see cref="ReadAsync"/> answers empty batches and <see cref="IsAtEnd"/> is true.
/// </summary>
public sealed class BinlogFileSource : IChangeSource
{
    const int BatchBytes = 1 << 20;

    readonly IReadOnlyList<string> files;
    readonly Func<string, Stream> open;
    readonly Func<string, string, bool> captures;
    readonly SchemaHistory history = new(foldsCase: false);
    BinlogDecoder? decoder;
    FileFeed? feed;
    int next;

    /// <param name="files">Paths; the file's names end with a number, as the server gave them.</param>
    /// <param name="captures">Whether a table (database, name) is wanted.</param>
    /// <param name="definitions">CREATE TABLE statements, with database, of tables that the files do not define.</param>
    public BinlogFileSource(IReadOnlyList<string> files, Func<string, string, bool> captures, IEnumerable<string>? definitions = null)
        : this(files, captures, definitions, File.OpenRead)
    {
    }

    internal BinlogFileSource(IReadOnlyList<string> files, Func<string, string, bool> captures, IEnumerable<string>? definitions, Func<string, Stream> open)
    {
        this.files = files;
        this.captures = captures;
        this.open = open;
        foreach (string definition in definitions ?? []) Statement.Apply(history, new StatementContext("", false, "utf8mb4"), definition);
    }

    public bool IsAtEnd { get; private set; }

    /// <summary>Rows of tables of which nothing is known are shown as mysqlbinlog shows them (columns <c>@1</c>, <c>@2</c> ..., texts as bytes) rather than refused. Default false.</summary>
    public bool NumbersColumns { get; init; }

    public TimeSpan? Lag => null;

    public async ValueTask ReadAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        batch.Clear();
        while (!IsAtEnd && batch.Bytes.Position < BatchBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (feed is null && !OpenNext()) break;
            if (feed!.TryRead(out var bytes)) Apply(bytes.Span, batch);
            else if (!await feed.WaitAsync(cancellationToken).ConfigureAwait(false)) await CloseAsync().ConfigureAwait(false);
        }

        if (decoder is null) return;
        batch.EndSequence = decoder.Position.Sequence;
        batch.Checkpoint = decoder.RestartPosition.ToString();
    }

    public ValueTask ConfirmAsync(string checkpoint, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>A table's schema as of the position read; null where it is not known.</summary>
    public TableSchema? SchemaOf(string database, string table) => history.Find(database, table)?.Schema;

    bool OpenNext()
    {
        if (next == files.Count)
        {
            IsAtEnd = true;
            return false;
        }

        string file = files[next++];
        BinlogPosition position;
        try
        {
            position = new BinlogPosition(Path.GetFileName(file), BinlogPosition.FirstOffset);
            _ = position.FileNumber;
        }
        catch (FormatException)
        {
            position = new BinlogPosition($"{Path.GetFileName(file)}.{next}", BinlogPosition.FirstOffset); // It was renamed: its place in the list is its number.
        }

        decoder = new BinlogDecoder(history, position, captures) { NumbersColumns = NumbersColumns };
        feed = new FileFeed(open(file), file);
        return true;
    }

    void Apply(ReadOnlySpan<byte> bytes, ChangeBatch batch)
    {
        if (decoder!.Apply(bytes, batch) == DecodeResult.WantsDefinition && decoder.Apply(bytes, batch) == DecodeResult.WantsDefinition)
        {
            (string database, string name) = decoder.Wanted!.Value;
            throw new ChangeSourceException(ChangeSourceFault.Schema, $"Rows of {database}.{name} stand behind {decoder.Position}, and nothing says how its columns are named: give its CREATE TABLE statement, or leave it out.");
        }

        decoder.Rereads.Clear(); // What a statement did to rows without events cannot be read here.
    }

    async ValueTask CloseAsync()
    {
        if (feed is not null) await feed.DisposeAsync().ConfigureAwait(false);
        feed = null;
    }
}
