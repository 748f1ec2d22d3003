using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Users;

static partial class UserMessages
{
    [LoggerMessage(5101, LogLevel.Information, "User {User} signed in from {From}.")]
    public static partial void SignedIn(ILogger logger, string user, string from);

    [LoggerMessage(5102, LogLevel.Warning, "A sign-in as {User} from {From} was refused; {Count} wrong passwords in a row.")]
    public static partial void SignInRefused(ILogger logger, string user, string from, int count);
}
