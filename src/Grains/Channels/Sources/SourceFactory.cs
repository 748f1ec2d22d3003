using Microsoft.Extensions.Logging;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Interfaces.Channels;

namespace Orrery.Grains.Channels.Sources;

/// <summary>The sources that there are.</summary>
sealed class SourceFactory(TimeProvider time, ILoggerFactory loggers, MySqlCaptureInstruments mySql) : ISourceFactory
{
    /// <summary>How long a source tries by itself before the channel shows that it waits.</summary>
    static readonly TimeSpan ReconnectWithin = TimeSpan.FromSeconds(15);

    public IChangeSource Open(string channel, SourceSpec spec, string connection, string checkpoint) => spec.Kind switch
    {
        "mysql" => new MySqlCapture(
            new MySqlCaptureOptions
            {
                Endpoint = MySqlEndpoint.Parse(connection),
                Tables = spec.Tables,
                Start = spec.Snapshot ? MySqlCaptureStart.Snapshot : MySqlCaptureStart.Now,
                Name = $"orrery {channel}",
                ReconnectWithin = ReconnectWithin,
            },
            checkpoint, time, loggers.CreateLogger<MySqlCapture>(), mySql),
        _ => throw new ChangeSourceException(ChangeSourceFault.Settings, $"Channel '{channel}' reads changes of '{spec.Kind}', of which this version has no reader."),
    };
}
