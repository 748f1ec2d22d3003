using Orrery.Connectors.SqlServer;

namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>
/// Captures tables of a SQL Server database by change tracking: first, if asked for, the rows that they have, in chunks, then what changed, asked for again and again.
/// <see cref="TrackingMachine"/> says what is asked and what is guaranteed; this type asks it, waits, and connects again. Not verified against a live server here.
/// </summary>
public sealed class SqlServerSource : IChangeSource
{
    readonly SqlServerCaptureOptions options;
    readonly TimeProvider clock;
    readonly CaptureInstruments instruments;
    readonly ITrackingReader reader;
    readonly TrackingMachine machine;
    long? interruptedSince;
    long handedAt;

    /// <param name="options">What is captured.</param>
    /// <param name="checkpoint">From a batch of an earlier capture; empty to begin.</param>
    /// <param name="clock">Measures pauses and patience.</param>
    /// <param name="instruments">What is counted.</param>
    /// <exception cref="ArgumentException">The options are out of their bounds, or the checkpoint is none.</exception>
    public SqlServerSource(SqlServerCaptureOptions options, string checkpoint, TimeProvider clock, CaptureInstruments instruments)
        : this(options, checkpoint, clock, instruments, new SqlServerTrackingReader(options))
    {
    }

    internal SqlServerSource(SqlServerCaptureOptions options, string checkpoint, TimeProvider clock, CaptureInstruments instruments, ITrackingReader reader)
    {
        this.instruments = instruments;
        options.Validate();
        this.options = options;
        this.clock = clock;
        this.reader = reader;
        machine = new TrackingMachine(options.Tables, options.TakesSnapshot, options.BatchRows, checkpoint.Length > 0 ? TrackingCheckpoint.Parse(checkpoint) : null);
        handedAt = clock.GetTimestamp();
    }

    /// <summary>Zero when the last batch had all that was committed; unknown while more is left to be read.</summary>
    public TimeSpan? Lag { get; private set; }

    public async ValueTask ReadAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        batch.Clear();
        while (true)
        {
            try
            {
                if (!await StepAsync(batch, cancellationToken)) continue;
                handedAt = clock.GetTimestamp();
                instruments.HandedOn(CaptureInstruments.SqlServer, batch);
                return;
            }
            catch (TrackingInterruptedException error) when (!cancellationToken.IsCancellationRequested)
            {
                machine.Abandon();
                instruments.Lost(CaptureInstruments.SqlServer);
                await reader.CloseAsync();
                interruptedSince ??= clock.GetTimestamp();
                if (clock.GetElapsedTime(interruptedSince.Value) > options.ReconnectPatience)
                    throw new ChangeSourceException(ChangeSourceFault.Unreachable, $"SQL Server could not be read for {options.ReconnectPatience}: {error.Message}", error);
                await Task.Delay(options.ReconnectPause, clock, cancellationToken);
            }
            catch (Exception)
            {
                // Also where the wait was given up: the next read begins at what was handed out.
                machine.Abandon();
                await reader.CloseAsync();
                throw;
            }
        }
    }

    /// <summary>The server keeps changes by time, whoever has read them.</summary>
    public ValueTask ConfirmAsync(string checkpoint, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => reader.DisposeAsync();

    /// <summary>One question. True where the batch is to be handed on.</summary>
    async Task<bool> StepAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        switch (machine.Next())
        {
            case TrackingStep.Begin:
                machine.Take(await reader.BeginAsync(options.Tables, cancellationToken));
                return false;
            case TrackingStep.Changes changes:
                machine.TakeChanges(await reader.ChangesAsync(changes.Table, changes.Range, changes.Rows, cancellationToken));
                return false;
            case TrackingStep.Chunk chunk:
                machine.TakeChunk(await reader.ChunkAsync(chunk.Table, chunk.After, chunk.Rows, cancellationToken));
                return false;
            case TrackingStep.End:
                await reader.EndAsync(cancellationToken);
                interruptedSince = null;
                bool says = machine.HandOut(batch);
                Lag = machine.IsCaughtUp ? TimeSpan.Zero : null;
                return says || clock.GetElapsedTime(handedAt) >= options.IdleInterval;
            default:
                await Task.Delay(options.PollInterval, clock, cancellationToken);
                machine.Waited();
                return false;
        }
    }
}
