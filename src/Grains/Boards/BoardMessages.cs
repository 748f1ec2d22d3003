using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Boards;

/// <summary>What boards tell the log.</summary>
static partial class BoardMessages
{
    [LoggerMessage(6301, LogLevel.Information, "{User} changed the board {Board}, now version {Version}: {What}")]
    public static partial void Changed(ILogger logger, string user, string board, long version, string what);
}
