using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Orrery.Cli.Hosting;

/// <summary>Why a process could not start, in sentences for the person who started it. Connection strings and secrets are not in them.</summary>
static class StartFailure
{
    public static string Reason(Exception problem)
    {
        for (Exception? each = problem; each is not null; each = each.InnerException)
        {
            switch (each)
            {
                case AddressInUseException:
                    return "something else listens there already. Choose another --urls, or end it.";
                case SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return "something else listens at --address already. Choose another port, or end it.";
                case OptionsValidationException invalid:
                    return string.Join(' ', invalid.Failures);
            }
        }

        return problem is AggregateException { InnerExceptions: [var first, ..] } ? first.GetBaseException().Message : problem.Message;
    }
}
