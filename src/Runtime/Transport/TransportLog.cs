using Microsoft.Extensions.Logging;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Transport;

/// <summary>What the transport logs. Ids 1100 to 1149.</summary>
internal sealed partial class TransportLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(1100, LogLevel.Information, "Listening for other processes of the cluster at {Address}")]
    public partial void Listening(string address);

    [LoggerMessage(1101, LogLevel.Information, "Connected to {Remote} at {Address}")]
    public partial void Connected(SiloId remote, string address);

    [LoggerMessage(1102, LogLevel.Information, "{Remote} at {Address} has connected")]
    public partial void Accepted(SiloId remote, string address);

    [LoggerMessage(1103, LogLevel.Information, "The connection to {Remote} has ended: {Reason}")]
    public partial void Closed(SiloId remote, string reason);

    [LoggerMessage(1104, LogLevel.Warning, "{Remote} at {Address} cannot be reached: {Reason}")]
    public partial void NotConnected(SiloId remote, string address, string reason);

    [LoggerMessage(1105, LogLevel.Warning, "A connection from {Address} was refused: {Reason}")]
    public partial void Refused(string address, string reason);

    [LoggerMessage(1106, LogLevel.Error, "No further connections are accepted")]
    public partial void AcceptingFailed(Exception error);
}
