using Microsoft.Extensions.Logging;

namespace Orrery.Runtime;

/// <summary>What a silo logs. Ids 1000 to 1099.</summary>
internal sealed partial class SiloLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(1000, LogLevel.Information, "Silo {Silo} has started with {GrainTypes} grain types")]
    public partial void Started(string silo, int grainTypes);

    [LoggerMessage(1001, LogLevel.Information, "Silo {Silo} stops; {Activations} grains are deactivated")]
    public partial void Stopping(string silo, int activations);

    [LoggerMessage(1002, LogLevel.Information, "Silo {Silo} has stopped")]
    public partial void Stopped(string silo);

    [LoggerMessage(1003, LogLevel.Warning, "Silo {Silo} was stopped before {Activations} grains had ended their calls")]
    public partial void StoppedEarly(string silo, int activations);

    [LoggerMessage(1004, LogLevel.Information, "Silo {Silo} is drained for an operator (to be started anew: {Restart}): {Reason}")]
    public partial void DrainBegins(string silo, bool restart, string reason);

    [LoggerMessage(1010, LogLevel.Warning, "{Grain} could not be activated")]
    public partial void ActivationFailed(GrainId grain, Exception error);

    [LoggerMessage(1011, LogLevel.Warning, "{Grain} failed while it was deactivated ({Reason})")]
    public partial void DeactivationFailed(GrainId grain, DeactivationReasonCode reason, Exception error);

    [LoggerMessage(1012, LogLevel.Warning, "{Grain} starts anew: storage refused its write")]
    public partial void StateConflict(GrainId grain, Exception error);

    [LoggerMessage(1020, LogLevel.Warning, "One-way call {Method} of {Grain} failed")]
    public partial void OneWayCallFailed(string method, GrainId grain, Exception error);

    [LoggerMessage(1024, LogLevel.Warning, "A one-way call from {Remote} was refused")]
    public partial void OneWayCallRefused(Storage.SiloId remote, Exception error);

    [LoggerMessage(1021, LogLevel.Error, "A timer of {Grain} failed")]
    public partial void TimerFailed(GrainId grain, Exception error);

    [LoggerMessage(1022, LogLevel.Error, "Something that nobody awaits failed in {Grain}")]
    public partial void ContinuationFailed(GrainId grain, Exception error);

    [LoggerMessage(1023, LogLevel.Error, "A callback of a cancelled call's token failed")]
    public partial void CancellationFailed(Exception error);

    [LoggerMessage(1030, LogLevel.Error, "Storage {Storage} failed a batch of {Operations} operations")]
    public partial void StorageBatchFailed(string storage, int operations, Exception error);

    [LoggerMessage(1040, LogLevel.Warning, "Reminder {Reminder}, due {Due:O}, failed")]
    public partial void ReminderFailed(Storage.ReminderKey reminder, DateTimeOffset due, Exception error);

    [LoggerMessage(1041, LogLevel.Warning, "Reminder {Reminder} missed {Fires} fires before {Due:O}")]
    public partial void RemindersMissed(Storage.ReminderKey reminder, long fires, DateTimeOffset due);

    [LoggerMessage(1042, LogLevel.Error, "The reminder table could not be read or written; it is tried again in {Delay}")]
    public partial void ReminderTableFailed(TimeSpan delay, Exception error);

    [LoggerMessage(1043, LogLevel.Error, "Reminder {Reminder} belongs to a grain type that this silo does not know, or that is not IRemindable; it is not fired")]
    public partial void ReminderWithoutGrain(Storage.ReminderKey reminder);

    [LoggerMessage(1044, LogLevel.Warning, "{Rows} rows of reminders could not be written; they are written again in {Delay}. Where the silo ends before, fires that ran are repeated with the same due time")]
    public partial void ReminderRowsNotWritten(int rows, TimeSpan delay, Exception error);

    [LoggerMessage(1045, LogLevel.Warning, "Reminder {Reminder}, due {Due:O}, is begun again (attempt {Attempt}): an earlier attempt left no outcome")]
    public partial void ReminderRepeated(Storage.ReminderKey reminder, DateTimeOffset due, int attempt);

    [LoggerMessage(1046, LogLevel.Warning, "{Reminders} reminders are overdue, the first being {Reminder}, due {Due:O}; policy {Policy} says what becomes of their fires")]
    public partial void RemindersOverdue(int reminders, Storage.ReminderKey reminder, DateTimeOffset due, Hosting.ReminderPolicy policy);

    [LoggerMessage(1047, LogLevel.Error, "The account of reminder {Reminder} does not add up by {Fires} fires: {Due} were due, {Ran} ran, {Failed} failed, {Missed} were missed")]
    public partial void RemindersLost(Storage.ReminderKey reminder, long fires, long due, long ran, long failed, long missed);
}
