using Microsoft.Extensions.Logging;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Connectors.ChangeCapture.PostgreSql;
using Orrery.Connectors.ChangeCapture.SqlServer;
using Orrery.Interfaces.Channels;

namespace Orrery.Grains.Channels.Sources;

/// <summary>The sources that there are.</summary>
sealed class SourceFactory(TimeProvider time, ILoggerFactory loggers, CaptureInstruments instruments) : ISourceFactory
{
    /// <summary>How long a source tries by itself before the channel shows that it waits.</summary>
    static readonly TimeSpan ReconnectWithin = TimeSpan.FromSeconds(15);

    public IChangeSource Open(string channel, SourceSpec spec, string connection, string checkpoint) => spec.Kind switch
    {
        ChannelSpecs.MySql => new MySqlCapture(
            new MySqlCaptureOptions
            {
                Endpoint = MySqlEndpoint.Parse(connection),
                Tables = spec.Tables,
                Start = spec.Snapshot ? MySqlCaptureStart.Snapshot : MySqlCaptureStart.Now,
                Name = $"orrery {channel}",
                ReconnectWithin = ReconnectWithin,
            },
            checkpoint, time, loggers.CreateLogger<MySqlCapture>(), instruments),
        "postgresql" => new PostgreSqlSource(
            new PostgreSqlCaptureOptions
            {
                ConnectionString = connection,
                Slot = PostgreSqlName(channel),
                Publication = PostgreSqlName(channel),
                Tables = spec.Tables,
                TakesSnapshot = spec.Snapshot,
                ReconnectPatience = ReconnectWithin,
            },
            checkpoint, time, instruments),
        ChannelSpecs.SqlServer => new SqlServerSource(
            new SqlServerCaptureOptions { ConnectionString = connection, Tables = spec.Tables, TakesSnapshot = spec.Snapshot, ReconnectPatience = ReconnectWithin },
            checkpoint, time, instruments),
        _ => throw new ChangeSourceException(ChangeSourceFault.Settings, $"Channel '{channel}' reads changes of '{spec.Kind}', of which this version has no reader."),
    };

    /// <summary>The name of a channel's slot and publication: its key's letters and digits, and a number of the whole key, so that no two channels share one.</summary>
    static string PostgreSqlName(string channel)
    {
        const int readableMax = 40;
        string readable = new([.. channel.Take(readableMax).Select(static letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')]);
        return $"orrery_{readable}_{unchecked((uint)ChannelKeys.Producer(channel)):x8}";
    }
}
