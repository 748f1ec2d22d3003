using Microsoft.Extensions.Logging;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

static partial class LedgerMessages
{
    [LoggerMessage(5401, LogLevel.Error, "Gap {Gap} in {Channel}: {Records} records of {Origin}, window {Stamp}, are {Kind} at {Hop} (inside the hop: {Inside}).")]
    public static partial void GapOpened(ILogger logger, string gap, string channel, long records, string origin, long stamp, GapKind kind, string hop, bool inside);

    [LoggerMessage(5402, LogLevel.Information, "Gap {Gap} in {Channel} at {Hop}, window {Stamp} of {Origin}, ended as {State}: {Kind}.")]
    public static partial void GapEnded(ILogger logger, string gap, string channel, string hop, long stamp, string origin, GapState state, GapKind kind);

    [LoggerMessage(5403, LogLevel.Warning, "The sides of gap {Gap} in {Channel} could not be compared: {Reason}")]
    public static partial void NotCompared(ILogger logger, string gap, string channel, string reason);

    [LoggerMessage(5404, LogLevel.Information, "{User} has gap {Gap} in {Channel} repaired.")]
    public static partial void RepairBegun(ILogger logger, string user, string gap, string channel);

    [LoggerMessage(5405, LogLevel.Information, "For gap {Gap} in {Channel} {Sent} of {Wanted} missing records were sent again.")]
    public static partial void RepairSent(ILogger logger, string gap, string channel, long sent, long wanted);

    [LoggerMessage(5406, LogLevel.Warning, "Gap {Gap} in {Channel} could not be repaired: {Reason}")]
    public static partial void RepairFailed(ILogger logger, string gap, string channel, string reason);

    [LoggerMessage(5407, LogLevel.Information, "{User} accepted gap {Gap} in {Channel}: {Note}")]
    public static partial void GapAccepted(ILogger logger, string user, string gap, string channel, string note);

    [LoggerMessage(5408, LogLevel.Warning, "The upkeep of channel {Channel} failed and is tried again in {Pause}.")]
    public static partial void UpkeepFailed(ILogger logger, string channel, TimeSpan pause, Exception failure);

    [LoggerMessage(5409, LogLevel.Warning, "A report of {Hop}/{Instance} to {Channel} was refused: {Reason}")]
    public static partial void ReportRefused(ILogger logger, string hop, string instance, string channel, string reason);
}
