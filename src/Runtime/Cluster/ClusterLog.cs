using Microsoft.Extensions.Logging;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>What membership and ownership log. Ids 1100 to 1199.</summary>
internal sealed partial class ClusterLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(1100, LogLevel.Information, "{Silo} has joined cluster {Cluster} at {Address}")]
    public partial void Joined(SiloId silo, string cluster, string address);

    [LoggerMessage(1101, LogLevel.Warning, "The cluster store could not be opened or joined; it is tried again in {Delay}")]
    public partial void JoinFailed(TimeSpan delay, Exception error);

    [LoggerMessage(1102, LogLevel.Information, "{Silo} drains: it gives its shards away")]
    public partial void Draining(SiloId silo);

    [LoggerMessage(1103, LogLevel.Information, "{Silo} has left the cluster")]
    public partial void Left(SiloId silo);

    [LoggerMessage(1105, LogLevel.Warning, "{Silo} ends without having left in good order; others find it dead after a lease, unless its row says left")]
    public partial void LeaveFailed(SiloId silo, Exception error);

    [LoggerMessage(1106, LogLevel.Warning, "Rows of old members could not be removed; the next silo that leaves tries again")]
    public partial void PruneFailed(Exception error);

    [LoggerMessage(1104, LogLevel.Critical, "{Silo} has to stop at once: {Reason}")]
    public partial void Lost(SiloId silo, string reason);

    [LoggerMessage(1110, LogLevel.Warning, "{Silo} could not renew its lease, which ends in {Left}")]
    public partial void RenewalFailed(SiloId silo, TimeSpan left, Exception error);

    [LoggerMessage(1111, LogLevel.Warning, "The cluster store could not be read; what is known stays in force")]
    public partial void ReadFailed(Exception error);

    [LoggerMessage(1112, LogLevel.Warning, "{Suspect} has not renewed its lease for {Standing}; it is suspected")]
    public partial void Suspected(SiloId suspect, TimeSpan standing);

    [LoggerMessage(1113, LogLevel.Warning, "{Dead} is declared dead: {Reason}")]
    public partial void DeclaredDead(SiloId dead, string reason);

    [LoggerMessage(1114, LogLevel.Warning, "{Dead} could not be declared dead; it is tried again")]
    public partial void DeclareDeadFailed(SiloId dead, Exception error);

    [LoggerMessage(1115, LogLevel.Error, "The cluster store holds cluster \"{Found}\", and this process belongs to \"{Cluster}\": it lost its data, or is another store. Restart this process to join what is there")]
    public partial void OtherCluster(string cluster, string found);

    [LoggerMessage(1120, LogLevel.Information, "Took {Count} shards, owns {Owned}")]
    public partial void Took(int count, int owned);

    [LoggerMessage(1121, LogLevel.Information, "Gives away {Count} shards")]
    public partial void Releasing(int count);

    [LoggerMessage(1122, LogLevel.Information, "Freed {Count} shards, owns {Owned}")]
    public partial void Freed(int count, int owned);

    [LoggerMessage(1123, LogLevel.Warning, "Shards could not be taken or freed; it is tried again")]
    public partial void OwnershipFailed(Exception error);

    [LoggerMessage(1124, LogLevel.Warning, "Shard {Shard} stays: {Activations} grains in it have not ended within {Timeout}, for example {Grain}; giving it away is tried again later")]
    public partial void ReleaseTookTooLong(int shard, int activations, TimeSpan timeout, string grain);
}
