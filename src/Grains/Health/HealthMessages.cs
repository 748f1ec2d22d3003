using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Health;

static partial class HealthMessages
{
    [LoggerMessage(5301, LogLevel.Warning, "The health of {Server} could not be asked; it is asked again in a minute.")]
    public static partial void ServerNotAsked(ILogger logger, string server, Exception failure);

    [LoggerMessage(5302, LogLevel.Warning, "The health of tenant {Tenant} could not be asked; it is asked again in a minute.")]
    public static partial void TenantNotAsked(ILogger logger, string tenant, Exception failure);
}
