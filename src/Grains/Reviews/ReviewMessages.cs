using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Reviews;

static partial class ReviewMessages
{
    [LoggerMessage(5901, LogLevel.Warning, "The tags of a reviewer of {Tenant}, a {Type}, could not be read; the review is kept without them.")]
    public static partial void TagsMissing(ILogger logger, string tenant, string type, Exception failure);
}
