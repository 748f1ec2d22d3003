namespace Orrery.Grains.News;

/// <summary>Bounds of news. In a host's settings: <c>Orrery:News</c>.</summary>
public sealed class NewsOptions
{
    /// <summary>Articles of a tenant. Default 200.</summary>
    public int ArticlesMax { get; set; } = 200;

    /// <summary>Recipients that are resolved before it is written down how far it is. Default 100,000.</summary>
    public int ResolvedAtOnce { get; set; } = 100_000;

    /// <summary>How often an article that is on its way looks whether everybody has it. Default 5 s.</summary>
    public TimeSpan LookPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>E-mails of a share of recipients that are noted together: as many are in doubt after a crash. Default 20.</summary>
    public int MailsAtOnce { get; set; } = 20;

    /// <summary>Recipients in a request to a webhook. Default 500.</summary>
    public int WebhookRecipientsMax { get; set; } = 500;

    /// <summary>Pause before a mail server or webhook that failed is tried again; it doubles up to <see cref="RetryPauseMax"/>. Default 5 s.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default 5 minutes.</summary>
    public TimeSpan RetryPauseMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it is tried. Default a day.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long an ending process waits for a delivery. Default 10 s.</summary>
    public TimeSpan StopPatience { get; set; } = TimeSpan.FromSeconds(10);

    public MailOptions Mail { get; set; } = new();
}

/// <summary>The mail server. In a host's settings: <c>Orrery:News:Mail</c>.</summary>
public sealed class MailOptions
{
    /// <summary>Empty: e-mails wait until they are given up.</summary>
    public string Host { get; set; } = "";

    /// <summary>Default 25.</summary>
    public int Port { get; set; } = 25;

    /// <summary>Whether the connection is to be encrypted (STARTTLS). Default true.</summary>
    public bool UseTls { get; set; } = true;

    /// <summary>Empty: without signing in.</summary>
    public string User { get; set; } = "";

    /// <summary>Never logged.</summary>
    public string Password { get; set; } = "";

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = "news@localhost";

    /// <summary>E-mails that are sent at the same time. Default 4.</summary>
    public int ConnectionsMax { get; set; } = 4;

    /// <summary>How long one may take. Default 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
