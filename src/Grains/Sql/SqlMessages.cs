using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Sql;

/// <summary>What SQL tells the log.</summary>
static partial class SqlMessages
{
    [LoggerMessage(5801, LogLevel.Information, "{User} ran in {Tenant}, schema version {Version}: {Text}")]
    public static partial void Ran(ILogger logger, string tenant, string user, long version, string text);

    [LoggerMessage(5802, LogLevel.Error, "The views of {Tenant} could not be woken; it is tried again.")]
    public static partial void NotWoken(ILogger logger, string tenant, Exception failure);

    [LoggerMessage(5803, LogLevel.Information, "The dataflow of {Key} runs under term {Term}, behind epoch {Epoch}.")]
    public static partial void Began(ILogger logger, string key, int term, long epoch);

    [LoggerMessage(5804, LogLevel.Error, "The dataflow of {Key} failed behind epoch {Epoch} and is restored in {Pause}.")]
    public static partial void Failed(ILogger logger, string key, long epoch, TimeSpan pause, Exception failure);

    [LoggerMessage(5805, LogLevel.Warning, "The dataflow of {Key} ends here: {Reason}")]
    public static partial void Superseded(ILogger logger, string key, string reason);

    [LoggerMessage(5806, LogLevel.Warning, "The entity of {Name} in {Tenant} could not be told; it is tried again at the next change.")]
    public static partial void NotRegistered(ILogger logger, string tenant, string name, Exception failure);

    [LoggerMessage(5807, LogLevel.Warning, "The sink of {Insert} in {Key} could not take epoch {Epoch}; it is tried again in {Pause}.")]
    public static partial void SinkFailed(ILogger logger, string key, string insert, long epoch, TimeSpan pause, Exception failure);

    [LoggerMessage(5808, LogLevel.Information, "The dataflow of {Key} has the state of epoch {Epoch} again, {Bytes} bytes in {Elapsed}.")]
    public static partial void Restored(ILogger logger, string key, long epoch, TimeSpan elapsed, long bytes);

    [LoggerMessage(5809, LogLevel.Warning, "A checkpoint of {Key} is passed over: {Reason}")]
    public static partial void CheckpointPassedOver(ILogger logger, string key, string reason);

    [LoggerMessage(5810, LogLevel.Debug, "Checkpoint {Number} of {Key}: {StateBytes} bytes of state, {WrittenBytes} of them written, {Segments} segments.")]
    public static partial void CheckpointWritten(ILogger logger, string key, long number, long stateBytes, long writtenBytes, int segments);

    [LoggerMessage(5818, LogLevel.Warning, "Alarm rules could not be applied to the pipelines of {Tenant}; the next look is soon.")]
    public static partial void NotWatched(ILogger logger, string tenant, Exception failure);

    [LoggerMessage(5811, LogLevel.Warning, "A checkpoint of {Key} behind epoch {Epoch} could not be written; the next is tried when it is due.")]
    public static partial void CheckpointFailed(ILogger logger, string key, long epoch, Exception failure);

    [LoggerMessage(5812, LogLevel.Information, "Version {Version} of the schema of {Key} is being filled beside the views that run: {Views}.")]
    public static partial void BackfillBegan(ILogger logger, string key, long version, string views);

    [LoggerMessage(5813, LogLevel.Information, "Version {Version} of the schema of {Key} was filled in {Elapsed} and takes the place in epoch {Epoch}.")]
    public static partial void BackfillDone(ILogger logger, string key, long version, TimeSpan elapsed, long epoch);

    [LoggerMessage(5816, LogLevel.Information, "{Table} of {Tenant} was read from its database: {Rows} rows, {Changes} changes, in {Elapsed}.")]
    public static partial void TableRead(ILogger logger, string tenant, string table, long rows, long changes, TimeSpan elapsed);

    [LoggerMessage(5817, LogLevel.Warning, "{Table} of {Tenant} could not be read from its database; it is tried again.")]
    public static partial void TableNotRead(ILogger logger, string tenant, string table, Exception failure);

    [LoggerMessage(5814, LogLevel.Warning, "Version {Version} of the schema of {Key} could not be filled beside the views that run: it is filled while they wait.")]
    public static partial void BackfillFailed(ILogger logger, string key, long version, Exception failure);
}
