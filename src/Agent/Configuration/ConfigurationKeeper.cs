using Microsoft.Extensions.Logging;
using Orrery.Client;
using Orrery.Client.Configuration;

namespace Orrery.Agent.Configuration;

/// <summary>Keeps the documents' files at the site as the cloud wants them.</summary>
internal sealed class ConfigurationKeeper(AgentOptions options, TimeProvider time, ILogger logger, HttpClient? http)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        AgentConfigurationOptions wanted = options.Configuration;
        if (wanted.Documents.Count == 0)
            return;
        using var client = new ConfigurationClient(new ConfigurationClientOptions
        {
            Url = options.Server,
            Key = options.Key,
            Server = options.ServerId,
            Documents = wanted.Documents,
            ProductVersion = wanted.ProductVersion,
            Tag = wanted.Tag,
            Directory = wanted.Directory ?? Path.Combine(options.BufferDirectory!, "configuration"),
            HttpClient = http,
            Clock = new TimeProviderClock(time),
            OnNotice = notice =>
            {
                if (notice.Kind == ClientNoticeKind.Connected)
                    logger.ClientNews(notice.Kind, notice.Text);
                else
                    logger.ClientTrouble(notice.Kind, notice.Text);
            },
        });
        client.Changed += value => logger.ClientNews(ClientNoticeKind.Connected, $"{value.Document} has the value {value.Mark} now.");
        await client.RunAsync(stopping).ConfigureAwait(false);
    }
}
