-- The order centre. Whatever belongs to an order carries order_id, and canal sends it by that: an order's changes keep their order.
CREATE DATABASE IF NOT EXISTS gqsh_order CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE gqsh_order;

CREATE TABLE gqsh_order (
    order_id BIGINT NOT NULL,
    order_no VARCHAR(32) NOT NULL,
    parent_order_no VARCHAR(32) NULL COMMENT 'of an order that was split',
    store_code VARCHAR(16) NOT NULL,
    member_id BIGINT NOT NULL,
    channel VARCHAR(16) NOT NULL COMMENT 'app, applet, store',
    order_type INT NOT NULL COMMENT '0 usual, 1 group purchase',
    order_status INT NOT NULL COMMENT '10 made, 20 paid, 30 on its way, 40 done, 50 cancelled',
    total_amount DECIMAL(18,2) NOT NULL,
    discount_amount DECIMAL(18,2) NOT NULL,
    freight_amount DECIMAL(18,2) NOT NULL,
    pay_amount DECIMAL(18,2) NOT NULL,
    create_time DATETIME NOT NULL,
    pay_time DATETIME NULL,
    finish_time DATETIME NULL,
    cancel_time DATETIME NULL,
    cancel_reason VARCHAR(64) NULL,
    is_deleted TINYINT NOT NULL,
    remark VARCHAR(255) NULL,
    update_time DATETIME NOT NULL,
    PRIMARY KEY (order_id)
);

CREATE TABLE gqsh_order_ext (
    order_id BIGINT NOT NULL,
    source_channel VARCHAR(32) NOT NULL,
    delivery_type INT NOT NULL COMMENT '1 fetched, 2 brought',
    receiver_province VARCHAR(32) NULL,
    receiver_city VARCHAR(32) NULL,
    utm_source VARCHAR(32) NULL,
    update_time DATETIME NOT NULL,
    PRIMARY KEY (order_id)
);

-- Lines; a line may be given another id (re-keyed) when an order is split.
CREATE TABLE gqsh_order_item (
    item_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line_no INT NOT NULL,
    sku_code VARCHAR(32) NOT NULL,
    sku_name VARCHAR(96) NOT NULL,
    quantity INT NOT NULL,
    sale_price DECIMAL(18,2) NOT NULL,
    discount_amount DECIMAL(18,2) NOT NULL,
    pay_amount DECIMAL(18,2) NOT NULL,
    is_gift TINYINT NOT NULL,
    update_time DATETIME NOT NULL,
    PRIMARY KEY (item_id)
);

CREATE TABLE gqsh_order_after_sales (
    after_sales_id BIGINT NOT NULL,
    after_sales_no VARCHAR(32) NOT NULL,
    order_id BIGINT NOT NULL,
    after_sales_type INT NOT NULL COMMENT '1 money back, 2 goods back',
    status INT NOT NULL COMMENT '10 asked, 20 agreed, 40 paid back, 50 refused',
    refund_amount DECIMAL(18,2) NOT NULL,
    reason VARCHAR(64) NULL,
    apply_time DATETIME NOT NULL,
    refund_time DATETIME NULL,
    update_time DATETIME NOT NULL,
    PRIMARY KEY (after_sales_id)
);

CREATE TABLE gqsh_order_after_sales_dtl (
    id BIGINT NOT NULL,
    after_sales_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line_no INT NOT NULL COMMENT 'of the order; ids of lines may change, their numbers do not',
    sku_code VARCHAR(32) NOT NULL,
    quantity INT NOT NULL,
    refund_amount DECIMAL(18,2) NOT NULL,
    update_time DATETIME NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE gqsh_order_delivery (
    delivery_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    carrier VARCHAR(32) NOT NULL,
    status INT NOT NULL COMMENT '10 waits, 20 on its way, 30 signed for',
    ship_time DATETIME NULL,
    sign_time DATETIME NULL,
    update_time DATETIME NOT NULL,
    PRIMARY KEY (delivery_id)
);

CREATE TABLE gqsh_order_coupon (
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    coupon_code VARCHAR(32) NOT NULL,
    coupon_type INT NOT NULL,
    coupon_amount DECIMAL(18,2) NOT NULL,
    create_time DATETIME NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE gqsh_order_activity (
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    activity_id BIGINT NOT NULL,
    activity_name VARCHAR(64) NOT NULL,
    discount_amount DECIMAL(18,2) NOT NULL,
    create_time DATETIME NOT NULL,
    PRIMARY KEY (id)
);

-- How the shop performs an order: one sheet an order, and what was done when.
CREATE TABLE perf_info (
    perf_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    perf_no VARCHAR(32) NOT NULL,
    perf_status INT NOT NULL COMMENT '10 taken, 20 picked, 30 handed over, 40 given up',
    promised_time DATETIME NULL,
    update_time DATETIME NOT NULL,
    PRIMARY KEY (perf_id)
);

CREATE TABLE perf_record (
    record_id BIGINT NOT NULL,
    perf_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    action VARCHAR(16) NOT NULL,
    operator VARCHAR(32) NULL,
    action_time DATETIME NOT NULL,
    PRIMARY KEY (record_id)
);

CREATE TABLE gqsh_activity_group_buy (
    group_id BIGINT NOT NULL,
    activity_id BIGINT NOT NULL,
    leader_member_id BIGINT NOT NULL,
    need_count INT NOT NULL,
    status INT NOT NULL COMMENT '10 open, 20 complete, 30 failed',
    create_time DATETIME NOT NULL,
    complete_time DATETIME NULL,
    PRIMARY KEY (group_id)
);

CREATE TABLE gqsh_activity_group_buy_detail (
    id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    join_time DATETIME NOT NULL,
    PRIMARY KEY (id)
);
