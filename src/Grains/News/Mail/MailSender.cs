using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Orrery.Interfaces.News;

namespace Orrery.Grains.News.Mail;

/// <summary>What became of an e-mail.</summary>
enum MailOutcome
{
    /// <summary>The server took it.</summary>
    Sent,

    /// <summary>Refused for good.</summary>
    Bounced,

    /// <summary>The server took nothing and may later.</summary>
    Later,

    /// <summary>It is not known whether the server took it.</summary>
    Doubtful,
}

/// <param name="Id">The message's id: the same for the same delivery.</param>
/// <param name="Files">Each with its content.</param>
sealed record MailLetter(string Id, string To, RenderedNews Text, IReadOnlyList<(NewsAttachment Info, byte[] Content)> Files);

/// <summary>Sends e-mails by SMTP, some at a time.</summary>
sealed class MailSender : IDisposable
{
    readonly MailOptions options;
    readonly SemaphoreSlim places;

    public MailSender(IOptions<NewsOptions> options)
    {
        this.options = options.Value.Mail;
        places = new SemaphoreSlim(this.options.ConnectionsMax);
    }

    public bool IsConfigured => options.Host.Length > 0;

    public async Task<(MailOutcome Outcome, string Status)> SendAsync(MailLetter letter, CancellationToken cancellationToken)
    {
        if (!IsConfigured)
            return (MailOutcome.Later, "no mail server is configured: Orrery:News:Mail:Host");
        if (!MailAddress.TryCreate(letter.To, out MailAddress? to) || letter.To.Any(char.IsControl))
            return (MailOutcome.Bounced, "it is no e-mail address");
        await places.WaitAsync(cancellationToken);
        try
        {
            using MailMessage message = Message(letter, to);
            using SmtpClient client = Client();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(options.Timeout);
            await client.SendMailAsync(message, deadline.Token);
            return (MailOutcome.Sent, "sent");
        }
        catch (SmtpException refused)
        {
            return (Outcome(refused), refused.InnerException?.Message ?? refused.Message);
        }
        catch (Exception lost) when (lost is OperationCanceledException or IOException)
        {
            return (MailOutcome.Doubtful, "the server did not answer in time");
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose() => places.Dispose();

    /// <summary>A status is the server's word that it did not take it; a connection that was never made took nothing; of any other failure nobody knows.</summary>
    static MailOutcome Outcome(SmtpException refused) => refused switch
    {
        { StatusCode: SmtpStatusCode.GeneralFailure, InnerException: SocketException } => MailOutcome.Later,
        { InnerException: { InnerException: SocketException } } => MailOutcome.Later,
        { StatusCode: SmtpStatusCode.GeneralFailure } => MailOutcome.Doubtful,
        { StatusCode: var status } => (int)status >= 500 ? MailOutcome.Bounced : MailOutcome.Later,
    };

    SmtpClient Client() => new(options.Host, options.Port)
    {
        EnableSsl = options.UseTls, DeliveryMethod = SmtpDeliveryMethod.Network, Credentials = options.User.Length > 0 ? new NetworkCredential(options.User, options.Password) : null,
    };

    MailMessage Message(MailLetter letter, MailAddress to)
    {
        var message = new MailMessage(new MailAddress(options.From), to)
        {
            Subject = letter.Text.Title, SubjectEncoding = Encoding.UTF8, Body = letter.Text.Plain, BodyEncoding = Encoding.UTF8,
        };
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString($"<!DOCTYPE html><html lang=\"{letter.Text.Language}\"><body>{letter.Text.Html}</body></html>", Encoding.UTF8, MediaTypeNames.Text.Html));
        foreach ((NewsAttachment info, byte[] content) in letter.Files)
            message.Attachments.Add(new Attachment(new MemoryStream(content), info.Name, info.Type));
        message.Headers.Add("Message-ID", $"<{letter.Id}@{message.From!.Host}>");
        message.Headers.Add("X-Orrery-Delivery", letter.Id);
        return message;
    }
}
