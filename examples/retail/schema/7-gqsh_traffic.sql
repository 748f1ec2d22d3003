-- Who looked at what.
CREATE DATABASE IF NOT EXISTS gqsh_traffic CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE gqsh_traffic;

CREATE TABLE traffic_log (
    log_id BIGINT NOT NULL,
    visitor VARCHAR(32) NOT NULL,
    member_id BIGINT NULL,
    store_code VARCHAR(16) NULL,
    terminal VARCHAR(16) NOT NULL COMMENT 'app, applet, door',
    page VARCHAR(64) NOT NULL,
    sku_code VARCHAR(32) NULL,
    visit_time DATETIME NOT NULL,
    PRIMARY KEY (log_id)
);
