using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Orrery.WebApi.Limits;

/// <summary>Bounds what one connection may take from the web server.</summary>
internal sealed class ServerLimits(IOptions<OrreryApiOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    const int HeadersBytesMax = 32 << 10;

    public void Configure(KestrelServerOptions server)
    {
        OrreryApiOptions bounds = options.Value;
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = bounds.BodyBytesMax;
        server.Limits.MinRequestBodyDataRate = new MinDataRate(bounds.SlowBodyBytesPerSecond, bounds.SlowBodyGrace);
        server.Limits.RequestHeadersTimeout = bounds.HeadersTimeout;
        server.Limits.MaxRequestHeadersTotalSize = HeadersBytesMax;
        server.Limits.MaxConcurrentConnections = bounds.ConnectionsMax;
        server.Limits.MaxConcurrentUpgradedConnections = 0;
    }
}
